import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/note.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Page } from '../ui/page.tsx';

/** An address that leads to no screen. */
export function Nowhere() {
  return (
    <Page title="Not found">
      <Empty title="There is no such screen">
        <p>The address is wrong, or what it led to is gone.</p>
        <Link to="/">Go to the overview</Link>
      </Empty>
    </Page>
  );
}

/** A screen that broke. */
export function Fault({ error }: { error: unknown }) {
  return (
    <Page title="A fault">
      <ErrorPanel error={error} onRetry={() => location.reload()} />
    </Page>
  );
}
