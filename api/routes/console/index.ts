import type { RouteApp } from '../../http/endpoint.ts';
import { getConsoleAsset } from './assets.ts';
import { getBareConsole, getHome } from './home.ts';
import { getConsole, getDetailScreen, getScreen } from './screens.ts';

/** Files come first: their path has the form of a screen about one thing. */
export const CONSOLE_ROUTES: readonly RouteApp[] = [
  getHome,
  getBareConsole,
  getConsoleAsset,
  getConsole,
  getScreen,
  getDetailScreen,
];
