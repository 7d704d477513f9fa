import type { StepName } from './new-batch.tsx';
import classes from './new-batch.module.css';

const STEPS: readonly (readonly [name: StepName, label: string])[] = [
  ['choose', 'Choose'],
  ['preview', 'Preview'],
  ['confirm', 'Confirm'],
];

/** Where one is on the way to a batch. */
export function StepHeads({ step }: { step: StepName }) {
  return (
    <ol className={classes['steps']}>
      {STEPS.map(([name, label], place) => (
        <li key={name} aria-current={name === step ? 'step' : undefined}>
          <span className="amount">{place + 1}</span> {label}
        </li>
      ))}
    </ol>
  );
}
