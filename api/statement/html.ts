import { createHash } from 'node:crypto';
import { formatDecimal } from '../../domain/money.ts';

/** The one style of statements, for A4 and screens; figures stand below each other. */
const STYLE = `
@page { size: A4; margin: 18mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 174mm; margin: 12mm auto; padding: 0 4mm; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
h1 { font-size: 16pt; margin: 0 0 1mm; }
h2 { font-size: 11pt; margin: 8mm 0 2mm; }
.note { border: 0.3mm solid #7a1f1f; color: #7a1f1f; padding: 2mm 3mm; margin: 4mm 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.6mm 6mm; margin: 5mm 0; }
dt { color: #595959; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 1.2mm 2mm; text-align: left; border-bottom: 0.2mm solid #d0d0d0; vertical-align: top; }
th { color: #595959; font-weight: 600; }
.n { text-align: right; white-space: nowrap; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
tfoot td { font-weight: 700; border-top: 0.4mm solid #1a1a1a; border-bottom: 0; }
.small { font-size: 8.5pt; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing runs and nothing is fetched; the one style is known by its hash. */
export const STATEMENT_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that was put together here. */
export interface Html {
  readonly markup: string;
}

/** Markup with values in it: text is escaped, markup stays as it is. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const markup = parts.reduce(
    (whole, part, place) => whole + markupOf(values[place - 1] ?? '') + part,
  );
  return { markup };
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'string')
    return value.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

/** A whole page of that title. */
export const statementPage = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${{ markup: `<style>${STYLE}</style>` }}
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;

/** An amount of minor units for people, without its currency. */
export const figure = (amount: number, currency: string): string => {
  const [whole = '', fraction] = formatDecimal(BigInt(amount), currency).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

/** Names with what they stand for; those without it are left out. */
export const facts = (pairs: readonly (readonly [string, string | null])[]): Html => html`
  <dl>
    ${pairs.flatMap(([name, value]) =>
      value === null
        ? []
        : [
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
          ],
    )}
  </dl>
`;

/** The day of an instant, as it stands in answers, in UTC. */
export const day = (instant: string): string => instant.slice(0, 10);
