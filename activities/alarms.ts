/** For all who hear from a provider: what a person must be told of it. */
export { raiseAlarms, type Told } from '../db/queries/alarms.ts';
