import type { ConsoleSettings } from '../../api/console/page.ts';

const contentOf = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';

/** What the API has written into the page. */
export const settings: ConsoleSettings = JSON.parse(
  contentOf('bursar-settings'),
) as ConsoleSettings;

/** What styles that are made in the browser must carry to be let in. */
export const styleNonce = contentOf('bursar-nonce');
