/** The programme that is there from the start; commissions without a programme count as its own. */
export const DEFAULT_PROGRAMME_ID = 'prg_00000000000000000000000000000000';
