import { expect, test } from 'vitest';
import { PERMISSIONS, permissionsOf, roleLevel, ROLES } from '../../domain/permissions.ts';
import { judgeKey, judgeRoleChange, lowerRole } from '../../domain/role-grants.ts';

const HELD = [null, ...ROLES] as const;

test('a role is granted below the own level only, to whoever stands below it', () => {
  for (const own of ROLES) {
    for (const from of HELD) {
      for (const to of ROLES) {
        const refusal = judgeRoleChange({ own, isSelf: false, from, to });
        const below = from === null || roleLevel(from) < roleLevel(own) || own === 'super_admin';
        const may = roleLevel(to) < roleLevel(own) && below;
        expect([own, from, to, refusal]).toEqual([own, from, to, may ? null : 'role_too_high']);
      }
    }
  }
});

test('a role is taken from those below, and a super_admin takes that role from another one', () => {
  for (const own of ROLES) {
    for (const from of ROLES) {
      const refusal = judgeRoleChange({ own, isSelf: false, from, to: null });
      const may = roleLevel(from) < roleLevel(own) || own === 'super_admin';
      expect([own, from, refusal]).toEqual([own, from, may ? null : 'role_too_high']);
    }
  }
});

test('nobody changes their own role, whatever it is and becomes', () => {
  for (const own of ROLES) {
    for (const to of HELD)
      expect(judgeRoleChange({ own, isSelf: true, from: own, to })).toBe('own_role');
  }
});

test('nobody grants super_admin', () => {
  for (const own of ROLES) {
    for (const from of HELD)
      expect(judgeRoleChange({ own, isSelf: false, from, to: 'super_admin' })).not.toBeNull();
  }
});

test('a key is made of a lower role, or by a super_admin', () => {
  for (const own of ROLES) {
    for (const role of ROLES) {
      const may = own === 'super_admin' || roleLevel(role) < roleLevel(own);
      expect(judgeKey({ role: own, scopes: null }, { role, scopes: null })).toBe(
        may ? null : 'role_too_high',
      );
    }
  }
});

test('who holds a part of a role gives out that part at most', () => {
  for (const held of PERMISSIONS) {
    const own = { role: 'super_admin', scopes: [held] } as const;
    for (const wanted of PERMISSIONS) {
      const refusal = judgeKey(own, { role: 'super_admin', scopes: [wanted] });
      expect([held, wanted, refusal]).toEqual([held, wanted, held === wanted ? null : 'forbidden']);
    }
    expect(judgeKey(own, { role: 'super_admin', scopes: null })).toBe('forbidden');
  }
  const all = { role: 'super_admin', scopes: permissionsOf('admin') } as const;
  expect(judgeKey(all, { role: 'admin', scopes: null })).toBeNull();
});

test('the lower of two roles is the one that holds less', () => {
  expect(lowerRole('admin', 'viewer')).toBe('viewer');
  expect(lowerRole('viewer', 'admin')).toBe('viewer');
  expect(lowerRole('manager', 'manager')).toBe('manager');
});
