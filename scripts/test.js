import { requireNode } from './node-version.js';

requireNode();
void import('./vitest.js').then(({ runVitest }) => runVitest());
