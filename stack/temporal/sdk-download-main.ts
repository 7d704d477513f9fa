import { TestWorkflowEnvironment } from '@temporalio/testing';

// The SDK downloads as part of starting a server; a server that was up proves the binary works.
const [downloadDir] = process.argv.slice(2);
if (downloadDir === undefined) throw new Error('usage: sdk-download-main <folder>');
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
