/** What a run imports: CSV texts in the format of `POST /imports`, and where they are from. */
export interface JobData {
  readonly from: string;
  readonly affiliatesCsv: string;
  readonly commissionsCsv: string;
}
