import { expect, test } from 'vitest';
import { makeActivities, type Activities } from '../../activities/index.ts';
import { FAILURE_TYPES } from '../../activities/failures.ts';
import {
  batchWorkflowId,
  confirmWorkflowId,
  dailyScheduleId,
  deliverWorkflowId,
  reconcileWorkflowId,
  resolveWorkflowId,
  SWEEP_SCHEDULE_ID,
  SWEEP_WORKFLOW_ID,
  watchWorkflowId,
} from '../../domain/ids.ts';
import * as messages from '../../workflows/messages.ts';
import * as names from '../../workflows/names.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import * as workflows from '../../workflows/index.ts';

test('every name on the wire is what it was: running histories and other people depend on them', () => {
  const noDeps = {} as Parameters<typeof makeActivities>[0];
  const activities: Activities = makeActivities(noDeps);
  expect({
    workflows: Object.keys(workflows).toSorted(),
    activities: Object.keys(activities).toSorted(),
    functions: Object.values(activities)
      .map(({ name }) => name)
      .toSorted(),
    messages: Object.values(messages)
      .map(({ type, name }) => `${type} ${name}`)
      .toSorted(),
    constants: Object.fromEntries(
      Object.entries(names).filter(([, value]) => typeof value === 'string'),
    ),
    queues: [names.providerQueue('P'), names.outgoingQueueAt('Q')],
    failures: FAILURE_TYPES,
    searchAttributes: Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => `${name} ${type}`),
    ids: [
      batchWorkflowId('B'),
      resolveWorkflowId('B'),
      confirmWorkflowId('P'),
      deliverWorkflowId('E'),
      SWEEP_WORKFLOW_ID,
      SWEEP_SCHEDULE_ID,
      reconcileWorkflowId('P', 'D'),
      watchWorkflowId('P', 'D'),
      dailyScheduleId('P'),
    ],
  }).toMatchInlineSnapshot(`
    {
      "activities": [
        "acquireSlot",
        "beginReconciliation",
        "cancelBatch",
        "checkHalt",
        "closeBatch",
        "compareBooks",
        "confirmEvents",
        "continueParked",
        "deliverEvents",
        "endParked",
        "failReconciliation",
        "joinReconciliation",
        "loadBatch",
        "loadTransfers",
        "pauseBatch",
        "planSlices",
        "pollPayments",
        "queueBatch",
        "releaseSlot",
        "resolveDoubtful",
        "resumeBatch",
        "retryDuePayments",
        "retryPayments",
        "submitSlice",
        "sweepBatches",
        "watchReturns",
        "yieldSlot",
      ],
      "constants": {
        "CONFIRM_EVENTS": "confirmEvents",
        "DAILY": "daily",
        "DELIVER_EVENTS": "deliverEvents",
        "PAYOUT_BATCH": "payoutBatch",
        "RECONCILE": "reconcile",
        "SWEEP": "sweep",
        "TASK_QUEUE": "bursar",
      },
      "failures": {
        "leftBehind": "LEFT_BEHIND",
        "slotTaken": "SLOT_TAKEN",
      },
      "functions": [
        "acquireSlot",
        "beginReconciliation",
        "cancelBatch",
        "checkHalt",
        "closeBatch",
        "compareBooks",
        "confirmEvents",
        "continueParked",
        "deliverEvents",
        "endParked",
        "failReconciliation",
        "joinReconciliation",
        "loadBatch",
        "loadTransfers",
        "pauseBatch",
        "planSlices",
        "pollPayments",
        "queueBatch",
        "releaseSlot",
        "resolveDoubtful",
        "resumeBatch",
        "retryDuePayments",
        "retryPayments",
        "submitSlice",
        "sweepBatches",
        "watchReturns",
        "yieldSlot",
      ],
      "ids": [
        "batch/B",
        "resolve/B",
        "confirm/P",
        "deliver/E",
        "sweep",
        "sweep",
        "reconcile/P/D",
        "watch/P/D",
        "daily/P",
      ],
      "messages": [
        "query progress",
        "signal cancel",
        "signal cleared",
        "signal eventsDue",
        "signal eventsWaiting",
        "signal pause",
        "signal reconcileAsked",
        "signal resume",
        "signal retryFailed",
        "signal settled",
        "signal slotFree",
      ],
      "queues": [
        "bursar/P",
        "Q/outgoing",
      ],
      "searchAttributes": [
        "BursarBatchStatus KEYWORD",
        "BursarProvider KEYWORD",
        "BursarCurrency KEYWORD",
        "BursarCreatedBy KEYWORD",
      ],
      "workflows": [
        "confirmEvents",
        "daily",
        "deliverEvents",
        "payoutBatch",
        "reconcile",
        "resolveUnknown",
        "sweep",
        "watchReturns",
      ],
    }
  `);
});
