import { describe, expect, it } from 'vitest';
import { passwordProblem } from '../../domain/password.ts';

const ANN = { email: 'ann.lee@example.com', name: 'Ann Lee-Okafor' };
const problem = (password: string) => passwordProblem(password, ANN);

/** Characters that follow no rule that a person would guess. */
const drawn = (length: number): string =>
  Array.from({ length }, (_, at) => String.fromCodePoint(97 + ((at * at * 7 + at * 3) % 26))).join(
    '',
  );

describe('a new password', () => {
  it('has 12 to 128 characters, counted as people see them', () => {
    expect(problem(drawn(11))).toMatch(/at least 12/);
    expect([12, 64, 128].map((length) => problem(drawn(length)))).toEqual([null, null, null]);
    expect(problem(drawn(129))).toMatch(/at most 128/);
    // Each of these is two code units and one character.
    expect(problem('🐢🦊🐙🦉🐝🦋🐞🐬🦔🐌🦩')).toMatch(/at least 12/);
    expect(problem('🐢🦊🐙🦉🐝🦋🐞🐬🦔🐌🦩🐳')).toBe(null);
  });

  it('any characters may be used, also of one kind alone', () => {
    for (const password of [
      'bronzekettlestairs',
      'BRONZEKETTLESTAIRS',
      '739164820577',
      '%&/()=?+*#-_;:',
      'kettle under the stairs',
      'чайник под лестницей',
      '階段の下の青い銅のやかんです',
    ]) {
      expect([password, problem(password)]).toEqual([password, null]);
    }
  });

  it.each([
    'passwordpassword',
    'Password123!',
    'QWERTYUIOP12',
    'changeme!2026',
    'welcomewelcome',
    'correcthorsebatterystaple',
    'abcdefghijklmn',
    '123456789012',
    'aaaaaaaaaaaaaaaa',
    'abababababab',
  ])('what is tried first is refused: %s', (password) => {
    expect(problem(password)).toEqual(expect.any(String));
  });

  it('the names of product and person are refused, decorated too', () => {
    for (const password of [
      'bursarbursar',
      'Bursar-2026!!',
      'ann.lee@example.com',
      'ANN.LEE@example.com',
      'Ann Lee-Okafor',
      'annleeokafor1',
      'Ann.Lee.20261121',
    ]) {
      expect([password, problem(password)]).toEqual([password, expect.any(String)]);
    }
  });
});
