import { oneOf, present, type Search } from '../../lib/search.ts';

export const APPROVAL_VIEWS = ['mine', 'all', 'decided'] as const;
export type ApprovalView = (typeof APPROVAL_VIEWS)[number];

export interface ApprovalsSearch {
  view?: ApprovalView | undefined;
}

export const readApprovalsSearch = (search: Search): ApprovalsSearch =>
  present({ view: oneOf(search['view'], APPROVAL_VIEWS) });
