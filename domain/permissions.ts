export const ROLES = [
  'viewer',
  'operator',
  'processor',
  'manager',
  'admin',
  'super_admin',
] as const;
export type Role = (typeof ROLES)[number];

/** The lowest role that holds each of the 14 permissions; roles are strictly nested. */
const LOWEST_ROLE = {
  view: 'viewer',
  verify: 'operator',
  create: 'operator',
  process: 'processor',
  cancel: 'processor',
  reconcile: 'processor',
  approve: 'manager',
  rules: 'manager',
  export: 'manager',
  high_value: 'admin',
  view_sensitive: 'admin',
  audit: 'admin',
  manage_roles: 'admin',
  settings: 'super_admin',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof LOWEST_ROLE;
export const PERMISSIONS = Object.keys(LOWEST_ROLE) as [Permission, ...Permission[]];

/** Position of a role in the nesting: 0 for viewer, 5 for super_admin. */
export const roleLevel = (role: Role): number => ROLES.indexOf(role);

/** True where the role holds the permission: the 84 cells of the matrix. */
export const roleHolds = (role: Role, permission: Permission): boolean =>
  roleLevel(role) >= roleLevel(LOWEST_ROLE[permission]);

/** All permissions of a role, in the order of the matrix. */
export const permissionsOf = (role: Role): Permission[] =>
  PERMISSIONS.filter((permission) => roleHolds(role, permission));
