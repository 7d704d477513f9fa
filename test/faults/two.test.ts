import { PEERS } from './peers.ts';
import { describeFaults } from './suite.ts';

describeFaults(PEERS.xenditV3, PEERS.riseworks, PEERS.stripe);
