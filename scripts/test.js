import './node-version.js';
import('./ensure-deps.js').then(async ({ ensureDependencies, projectRoot }) => {
  await ensureDependencies();
  process.chdir(projectRoot);
  process.argv = [process.execPath, 'vitest', 'run', ...process.argv.slice(2)];
  await import('../node_modules/vitest/vitest.mjs');
});
