import { Kbd, Modal } from '@mantine/core';
import { PLACES } from './places.ts';
import classes from './shortcuts-dialog.module.css';

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['Ctrl', 'K'], 'Find a batch, a payment or a screen'],
  [['?'], 'These keys'],
  [['j'], 'Next row'],
  [['k'], 'Row before'],
  [['Enter'], 'Open the row'],
  [['x'], 'Pick the row'],
  [['Esc'], 'Close what is open'],
];

/** The keys there are. */
export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const places = PLACES.map(({ key, label }) => [['g', key], `Go to ${label}`] as const);
  return (
    <Modal opened={opened} onClose={onClose} title="Keys">
      <dl className={classes['keys']}>
        {[...KEYS, ...places].map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
