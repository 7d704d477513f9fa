import { CopyId } from '../../ui/copy-id.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './providers.module.css';

/** What the simulator can be told to do wrong, as one would type it. */
const FAULTS: readonly (readonly [command: string, does: string])[] = [
  ['bursar simulate timeout --probability 0.3', 'takes payments and does not answer'],
  ['bursar simulate lost-answer', 'takes payments and breaks the line'],
  ['bursar simulate 429', 'takes 20 calls a second and refuses the others'],
  ['bursar simulate 500', 'takes payments and answers an error'],
  ['bursar simulate duplicate-webhook', 'sends every event twice'],
  ['bursar simulate late-webhook', 'sends events ten seconds late'],
  ['bursar simulate lost-webhook', 'sends no events'],
  ['bursar simulate insufficient-balance', 'refuses for want of money'],
  ['bursar simulate list', 'shows what is on'],
  ['bursar simulate off', 'behaves again'],
];

/** The simulator listens at an address of its own, which this page may not call: a shell does. */
export function SimulatorHelp() {
  return (
    <Section title="Make the simulator misbehave">
      <p className={classes['intro']}>
        In test mode only, from a shell where the stack runs. Nothing is paid twice whatever it
        does: <span className="mono">bursar verify</span> proves it.
      </p>
      <dl className={classes['faults']}>
        {FAULTS.map(([command, does]) => (
          <div key={command}>
            <dt>
              <CopyId id={command} label="command" whole />
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
