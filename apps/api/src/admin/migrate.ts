import { type Database, migrate } from '#platform';

/** Brings the schema up to date. @returns the names of the migrations that were run */
export const migrateDatabase = ({ dataSource }: Database): Promise<string[]> => migrate(dataSource);
