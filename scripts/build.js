import './node-version.js';
import('./compile.js').then(({ compile }) => compile());
