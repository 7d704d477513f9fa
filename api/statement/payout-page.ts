import type { PayoutStatement } from '../schemas/statement.ts';
import { day, facts, figure, html, statementPage, type Html } from './html.ts';

/** The statement of one payout as a page for print. */
export function payoutPage({
  number,
  issuedAt,
  payer,
  payee,
  payout,
  lines,
}: PayoutStatement): string {
  const { currency } = payout;
  const title = `Statement ${number}`;
  return statementPage(
    title,
    html`
      <h1>${title}</h1>
      <div>${payer.name}</div>
      ${returnedNote(payout)}
      ${facts([
        ['Payee', payee.fullName],
        ['Payee number', payee.externalId],
        ['Country', payee.country],
        ['Period', periodOf(payout)],
        ['Paid on', day(payout.settledAt)],
        ['Paid by', payout.provider],
        ['Reference', payout.reference],
        ['Reference of the provider', payout.providerPaymentId],
        ['Batch', String(payout.batchNumber)],
        ['Status', payout.status === 'RETURNED' ? 'Returned' : 'Paid'],
        ['Issued on', day(issuedAt)],
      ])}
      <table>
        <thead>
          <tr>
            <th>What</th>
            <th class="n">Number</th>
            <th class="n">${currency}</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            ({ label, count, amount }) =>
              html`<tr>
                <td>${label}</td>
                <td class="n">${count ?? ''}</td>
                <td class="n">${figure(amount, currency)}</td>
              </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <td colspan="2">Net, paid to the payee</td>
            <td class="n">${figure(payout.net, currency)}</td>
          </tr>
        </tfoot>
      </table>
      <p class="small">Days are in UTC. Numbers of statements have no gaps and are given once.</p>
    `,
  );
}

const periodOf = ({ periodFrom, periodTo }: PayoutStatement['payout']): string | null =>
  periodFrom && periodTo && `${day(periodFrom)} to ${day(periodTo)}`;

/** What became of the money afterwards, where it did not stay with the payee. */
function returnedNote({ returnedAt, partReturned, currency }: PayoutStatement['payout']): Html {
  if (returnedAt !== null)
    return html`<div class="note">
      This payout came back on ${day(returnedAt)}. What it covered is payable again.
    </div>`;
  if (partReturned === 0) return html``;
  return html`<div class="note">
    Of this payout ${currency} ${figure(partReturned, currency)} came back.
  </div>`;
}
