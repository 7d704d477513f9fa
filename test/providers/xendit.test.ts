import { describeProvider } from './contract.ts';
import { openXenditRig } from './xendit-rig.ts';

const V3_DETAILS = {
  accountHolderName: 'Ada Contract',
  routing_type_1: 'SWIFT',
  routing_value_1: 'CENAIDJA',
  address: { country: 'ID', city: 'Jakarta' },
};

describeProvider('xendit v2, IDR', () =>
  openXenditRig({
    version: 'v2',
    currency: 'IDR',
    details: { channelCode: 'ID_BCA', accountNumber: '000000000099' },
    largest: { amountMinor: 9_007_199_254_740_900n, written: '"amount":90071992547409,' },
  }),
);

describeProvider('xendit v2, PHP, lists as the SDK reads them', () =>
  openXenditRig({
    version: 'v2',
    currency: 'PHP',
    details: null,
    largest: { amountMinor: 9_007_199_254_740_991n, written: '"amount":90071992547409.91,' },
    prefix: '/xendit/sdk',
  }),
);

describeProvider('xendit v3', () =>
  openXenditRig({
    version: 'v3',
    currency: 'IDR',
    details: V3_DETAILS,
    largest: {
      amountMinor: 9_007_199_254_740_900n,
      written: '"destination_amount":90071992547409}',
    },
  }),
);
