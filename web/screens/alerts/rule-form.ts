import type { AlertRule, Measure, NewRule } from './api.ts';
import { MEASURE_WORDS, readThreshold, typedThreshold } from './words.ts';

/** What stands in the fields of a rule's form, as it was typed. */
export interface RuleForm {
  name: string;
  measure: Measure;
  provider: string;
  currency: string;
  threshold: string;
  windowMinutes: string;
  forMinutes: string;
  severity: AlertRule['severity'];
  repeatMinutes: string;
  /** One a line. */
  channels: string;
}

/** The form of a rule, or of a new one. */
export const formOf = (rule: AlertRule | null): RuleForm =>
  rule === null
    ? {
        name: '',
        measure: 'stuck_payments',
        provider: '',
        currency: 'USD',
        threshold: '1',
        windowMinutes: '60',
        forMinutes: '0',
        severity: 'warning',
        repeatMinutes: '',
        channels: 'log',
      }
    : {
        name: rule.name,
        measure: rule.measure,
        provider: rule.provider ?? '',
        currency: rule.currency ?? 'USD',
        threshold: typedThreshold(rule.measure, rule.threshold, rule.currency ?? 'USD'),
        windowMinutes: String(rule.windowMinutes),
        forMinutes: String(rule.forMinutes),
        severity: rule.severity,
        repeatMinutes: rule.repeatMinutes === null ? '' : String(rule.repeatMinutes),
        channels: rule.channels.join('\n'),
      };

const wholeOf = (text: string): number | null =>
  /^\d{1,6}$/.test(text.trim()) ? Number(text) : null;

/** What a form says as the API takes it; null while a field cannot be read. */
export function readForm(form: RuleForm): Omit<NewRule, 'enabled'> | null {
  const { about } = MEASURE_WORDS[form.measure];
  const threshold = readThreshold(form.measure, form.threshold, form.currency);
  const windowMinutes = wholeOf(form.windowMinutes);
  const forMinutes = wholeOf(form.forMinutes);
  const repeatMinutes = form.repeatMinutes.trim() === '' ? null : wholeOf(form.repeatMinutes);
  const unread = form.repeatMinutes.trim() !== '' && repeatMinutes === null;
  if (threshold === null || windowMinutes === null || forMinutes === null || unread) return null;
  if (form.name.trim() === '') return null;
  return {
    name: form.name.trim(),
    measure: form.measure,
    provider:
      about === 'whole' || form.provider === '' ? null : (form.provider as NewRule['provider']),
    currency: about === 'balance' ? form.currency.trim().toUpperCase() : null,
    threshold,
    windowMinutes,
    forMinutes,
    severity: form.severity,
    repeatMinutes,
    channels: form.channels
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}
