/** What stands at the head of `/openapi.json`. */
export const API_DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'Bursar',
    version: '0.1.0',
    description:
      'Pays many people correctly. Amounts are integers in minor units beside a currency; times are ISO 8601 in UTC.',
  },
} as const;
