import { requireNode } from './node-version.js';

requireNode();
void import('./compile.js').then(({ compile }) => compile());
