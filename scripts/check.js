import { requireNode } from './node-version.js';

requireNode();
void import('./checks.js').then(({ runChecks }) => runChecks());
