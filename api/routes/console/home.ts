import { endpoint, newApp } from '../../http/endpoint.ts';

const CONSOLE = '/console/';

const common = {
  method: 'get' as const,
  tags: ['Console'],
  'x-permission': 'public' as const,
  responses: { 302: { description: 'To the console.' } },
};

const home = endpoint({ ...common, path: '/', summary: 'To the console' });
const bare = endpoint({ ...common, path: '/console', summary: 'To the console' });

/** People who type only the host want the console. */
export const getHome = newApp().openapi(home, (c) => c.redirect(CONSOLE, 302));

export const getBareConsole = newApp().openapi(bare, (c) => c.redirect(CONSOLE, 302));
