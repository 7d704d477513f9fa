import type { YearStatement } from '../schemas/statement.ts';
import { day, facts, figure, html, statementPage, type Html } from './html.ts';

/** The statement of a year as a page for print. */
export function yearPage(statement: YearStatement): string {
  const { number, issuedAt, year, zone, provisional, payer, payee } = statement;
  const title = number === null ? `Statement of ${year}` : `Statement ${number} of ${year}`;
  return statementPage(
    title,
    html`
      <h1>${title}</h1>
      <div>${payer.name}</div>
      ${
        provisional
          ? html`<div class="note">
              Provisional: the year is not over. It has a number once it is.
            </div>`
          : html``
      }
      ${facts([
        ['Payee', payee.fullName],
        ['Payee number', payee.externalId],
        ['Country', payee.country],
        ['Year', `${year}, by the clocks of ${zone}`],
        ['Issued on', issuedAt && day(issuedAt)],
      ])}
      <h2>Totals</h2>
      ${totalsTable(statement)}
      <h2>Payouts</h2>
      ${payoutsTable(statement)} ${returnsPart(statement)}
      <p class="small">
        Days of payouts are in UTC. Received is the net less what came back in the year, whenever it
        was paid.
      </p>
    `,
  );
}

const NAMES = [
  ['gross', 'Gross'],
  ['fees', 'Fees'],
  ['tax', 'Tax'],
  ['clawbacks', 'Clawbacks'],
  ['other', 'Other'],
  ['net', 'Net'],
] as const;

const heads = (names: readonly (readonly [string, string])[]): Html[] =>
  names.map(([, name]) => html`<th class="n">${name}</th>`);

function totalsTable({ totals }: YearStatement): Html {
  const names = [...NAMES, ['returned', 'Returned'], ['received', 'Received']] as const;
  return html`<table>
    <thead>
      <tr>
        <th>Currency</th>
        <th class="n">Payouts</th>
        ${heads(names)}
      </tr>
    </thead>
    <tbody>
      ${totals.map(
        (each) =>
          html`<tr>
            <td>${each.currency}</td>
            <td class="n">${each.payouts}</td>
            ${names.map(([name]) => html`<td class="n">${figure(each[name], each.currency)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function payoutsTable({ payouts }: YearStatement): Html {
  return html`<table class="small">
    <thead>
      <tr>
        <th>Number</th>
        <th>Paid on</th>
        <th>Reference</th>
        <th>By</th>
        <th>Currency</th>
        ${heads(NAMES)}
      </tr>
    </thead>
    <tbody>
      ${payouts.map(
        (each) =>
          html`<tr>
            <td>${each.number ?? ''}</td>
            <td>${day(each.settledAt)}</td>
            <td>${each.reference}${each.status === 'RETURNED' ? ' (returned)' : ''}</td>
            <td>${each.provider}</td>
            <td>${each.currency}</td>
            ${NAMES.map(([name]) => html`<td class="n">${figure(each[name], each.currency)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function returnsPart({ returns }: YearStatement): Html {
  if (returns.length === 0) return html``;
  return html`<h2>Came back in the year</h2>
    <table class="small">
      <thead>
        <tr>
          <th>Came back on</th>
          <th>Paid on</th>
          <th>Reference</th>
          <th>Currency</th>
          <th class="n">Amount</th>
        </tr>
      </thead>
      <tbody>
        ${returns.map(
          (each) =>
            html`<tr>
              <td>${day(each.returnedAt)}</td>
              <td>${day(each.settledAt)}</td>
              <td>${each.reference}</td>
              <td>${each.currency}</td>
              <td class="n">${figure(each.amount, each.currency)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
