import { OwnPassword } from './own-password.tsx';
import { OwnSecondFactor } from './own-second-factor.tsx';
import { OwnSessions } from './own-sessions.tsx';
import classes from './security.module.css';

/** How the person at the screen signs in, and where they are signed in. */
export function YouTab() {
  return (
    <div className={classes['stack']}>
      <OwnSessions />
      <div className={classes['columns']}>
        <OwnSecondFactor />
        <OwnPassword />
      </div>
    </div>
  );
}
