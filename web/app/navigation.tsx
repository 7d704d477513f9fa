import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { pendingForMe, waitingBatchesQuery } from '../lib/needs-me.ts';
import { useMay, useSession } from '../lib/may.ts';
import { PLACE_GROUPS, type Place } from './places.ts';
import classes from './navigation.module.css';

/** The screens. Approvals counts only what this very person can approve. */
export function Navigation({ onGo }: { onGo?: () => void }) {
  const { data: waiting = [] } = useQuery(waitingBatchesQuery);
  const session = useSession();
  const may = useMay();
  const mine = may('approve').allowed ? pendingForMe(waiting, session).length : 0;
  return (
    <div className={classes['groups']}>
      {PLACE_GROUPS.map(({ label, places }) => (
        <section key={label} aria-label={label}>
          <div className={classes['group']} aria-hidden>
            {label}
          </div>
          <ul className={classes['list']}>
            {places.map((place) => (
              <li key={place.to}>
                <PlaceLink
                  place={place}
                  waiting={place.to === '/approvals' ? mine : 0}
                  onGo={onGo}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function PlaceLink({
  place: { to, label, icon: Sign },
  waiting,
  onGo,
}: {
  place: Place;
  waiting: number;
  onGo: (() => void) | undefined;
}) {
  return (
    <Link
      to={to}
      className={classes['link']}
      activeProps={{ 'aria-current': 'page' }}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      onClick={onGo}
    >
      <Sign size={17} stroke={1.7} aria-hidden />
      <span>{label}</span>
      {waiting > 0 && (
        <span className={classes['count']} aria-label={`${waiting} for you`}>
          {waiting}
        </span>
      )}
    </Link>
  );
}
