import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconChevronDown, IconUsers } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { answerOf } from '../../lib/api.ts';
import { keptOf, readSavedSearch, sameSearch, searchOf } from '../../lib/saved-search.ts';
import { present, type Search } from '../../lib/search.ts';
import { savedViewsQuery, viewsApi, type SavedView } from './api.ts';
import { DeleteViewDialog } from './delete-dialog.tsx';
import { ViewDialog } from './view-dialog.tsx';

type Dialog = 'save' | 'change' | 'delete' | null;

/**
 * The saved views of a screen: applies one, keeps the present filters as one, and changes, shares or
 * deletes one's own. An address with `saved=` and no filters opens that view, so it can be sent to
 * somebody; filters beside it are changes of it that are not saved.
 */
export function SavedViews({
  screen,
  search,
}: {
  /** The screen as its address has it, like `batches`. */
  screen: string;
  /** Its filters as they are now. */
  search: object;
}) {
  const { data: views = [] } = useQuery(savedViewsQuery(screen));
  const { current, apply } = useAppliedView(views, search);
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => setDialog(null);
  const changed = current !== null && !sameSearch(current.search, search);
  return (
    <>
      <ViewsMenu
        views={views}
        current={current}
        changed={changed}
        search={search}
        onApply={apply}
        onDialog={setDialog}
      />
      {(dialog === 'save' || (dialog === 'change' && current !== null)) && (
        <ViewDialog
          screen={screen}
          search={keptOf(search)}
          view={dialog === 'save' ? null : current}
          onClose={close}
          onSaved={(view) => {
            close();
            if (dialog === 'save') apply(view);
          }}
        />
      )}
      {dialog === 'delete' && current !== null && (
        <DeleteViewDialog
          view={current}
          onClose={close}
          onDone={() => {
            close();
            apply(null);
          }}
        />
      )}
    </>
  );
}

/** The view that the address names, and what puts another in its place. */
function useAppliedView(views: readonly SavedView[], search: object) {
  const { saved } = readSavedSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const current = views.find(({ id }) => id === saved) ?? null;
  const go = (to: Search, replace = false) => void navigate({ to: '.', search: () => to, replace });
  // Once for each view: who takes its filters away one by one is not given them back.
  const opened = useRef<string | null>(null);
  useEffect(() => {
    if (current === null || opened.current === current.id) return;
    opened.current = current.id;
    if (sameSearch(search, {})) go({ ...searchOf(current.search), saved: current.id }, true);
  });
  return {
    current,
    /** Null leaves the filters as they are, as those of no view. */
    apply: (view: SavedView | null) => {
      opened.current = view?.id ?? null;
      if (view === null) go(present({ ...search }));
      else go({ ...searchOf(view.search), saved: view.id });
    },
  };
}

function ViewsMenu({
  views,
  current,
  changed,
  search,
  onApply,
  onDialog,
}: {
  views: readonly SavedView[];
  current: SavedView | null;
  changed: boolean;
  search: object;
  onApply: (view: SavedView) => void;
  onDialog: (dialog: Dialog) => void;
}) {
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: ({ id }: SavedView) =>
      answerOf(viewsApi[':id'].$patch({ param: { id }, json: { search: keptOf(search) } })),
    onSuccess: async ({ savedView }) => {
      await queries.invalidateQueries({ queryKey: ['saved-views'] });
      notifications.show({ message: `Saved: ${savedView.name}` });
    },
    onError: (error) => notifications.show({ message: error.message }),
  });
  const own = current?.own ? current : null;
  return (
    <Menu position="bottom-start" width={260} shadow="none" withinPortal>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {current === null ? 'Views' : `${current.name}${changed ? ', changed' : ''}`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {views.length === 0 ? 'No view of this screen is saved yet' : 'Saved views'}
        </Menu.Label>
        {views.map((view) => (
          <Menu.Item
            key={view.id}
            onClick={() => onApply(view)}
            aria-current={view.id === current?.id || undefined}
            rightSection={
              view.shared && (
                <IconUsers size={14} aria-label={view.own ? 'shared by you' : 'shared with you'} />
              )
            }
          >
            {view.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {own && changed && (
          <Menu.Item onClick={() => keep.mutate(own)}>Save the changes to it</Menu.Item>
        )}
        <Menu.Item disabled={sameSearch(search, {})} onClick={() => onDialog('save')}>
          Save these filters …
        </Menu.Item>
        {own && <Menu.Item onClick={() => onDialog('change')}>Rename or share …</Menu.Item>}
        {own && <Menu.Item onClick={() => onDialog('delete')}>Delete …</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
