import './node-version.js';
import('./checks.js').then(({ runChecks }) => runChecks());
