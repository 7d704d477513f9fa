import { PEERS } from './peers.ts';
import { describeFaults } from './suite.ts';

describeFaults(PEERS.mock, PEERS.mockBatch, PEERS.xendit);
