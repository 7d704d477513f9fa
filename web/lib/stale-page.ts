/** Says in this tab for which build the page was loaded again. */
const KEY = 'bursar-reloaded-for';

/**
 * A page that was open during an upgrade asks for parts that are no longer there: it is loaded again, as
 * the new build. Only once for each build, so that a part that cannot be had at all does not go round in
 * circles; then the screen says what failed.
 */
export function reloadWhenStale(): void {
  window.addEventListener('vite:preloadError', () => {
    try {
      if (sessionStorage.getItem(KEY) === import.meta.url) return;
      sessionStorage.setItem(KEY, import.meta.url);
    } catch {
      return; // where nothing can be kept, circles cannot be told
    }
    window.location.reload();
  });
}
