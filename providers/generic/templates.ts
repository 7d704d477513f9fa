import { formatDecimal } from '../../domain/money.ts';
import { OrderUnfit, type PaymentOrder } from '../port.ts';
import type { BodyTemplate, Description } from './description.ts';
import { urlPart } from '../url-part.ts';

const PLACE = /\{([a-zA-Z][a-zA-Z0-9_.]*)\}/g;
const ONLY_AMOUNT = '{amount}';

/** Fills `{name}` places; a name that is not known, or a detail that is missing, makes the order unfit. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(PLACE, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new OrderUnfit(`the account lacks "${name}", which the payer needs`);
    return value;
  });
}

/** Fills a path: each value is encoded for it; halves of a character, which no URL holds, are U+FFFD. */
export const fillPath = (template: string, values: Readonly<Record<string, string>>): string =>
  fill(
    template,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, urlPart(value)])),
  );

/** What a request may name of an order; details of the account are `details.<name>`. */
export function valuesOf(order: PaymentOrder, amounts: Description['amounts']) {
  const details = Object.entries(order.details ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? [[`details.${name}`, String(value)] as const]
      : [],
  );
  return {
    reference: order.reference,
    account: order.accountRef,
    amount: amountText(order.amountMinor, order.currency, amounts),
    currency: order.currency,
    payeeName: order.payeeName,
    group: order.groupId,
    ...Object.fromEntries(details),
  };
}

/** Amounts come from bigint as text, and never pass a float. */
export const amountText = (
  amountMinor: bigint,
  currency: string,
  amounts: Description['amounts'],
): string => (amounts === 'minor' ? String(amountMinor) : formatDecimal(amountMinor, currency));

/**
 * Writes the JSON of a body, keys in the order of the template. A value that is just `{amount}` is
 * written as a number, exactly, unless amounts are texts.
 */
export function writeBody(
  template: BodyTemplate,
  values: Readonly<Record<string, string>>,
  amounts: Description['amounts'],
): string {
  if (template === ONLY_AMOUNT && amounts !== 'major_text') return fill(template, values);
  if (typeof template === 'string') return JSON.stringify(fill(template, values));
  if (Array.isArray(template))
    return `[${template.map((item) => writeBody(item, values, amounts)).join(',')}]`;
  if (typeof template === 'object' && template !== null) {
    const fields = Object.entries(template).map(
      ([name, item]) => `${JSON.stringify(name)}:${writeBody(item, values, amounts)}`,
    );
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(template);
}
