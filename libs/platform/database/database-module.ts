import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Config } from '../config/read-config.js';
import { gauge } from '../metrics/metrics.js';
import { type DatabaseRole, describeDataSource, openDataSource, type Schema } from './data-source.js';
import { Database } from './database.js';

function watchPool({ pool }: Database): void {
  gauge({
    name: 'passerelle_database_connections',
    help: 'Connections of this process, and callers waiting for one',
    labelNames: ['state'],
    collect() {
      this.set({ state: 'open' }, pool.totalCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waited_for' }, pool.waitingCount);
    },
  });
}

/** Gives `Database` and TypeORM's repositories, over one pool. Closed when the application shuts down. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(config: Config, role: DatabaseRole, schema: Schema): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...describeDataSource(config, role, schema).options, retryAttempts: 0 }),
          dataSourceFactory: () => openDataSource(config, role, schema),
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => {
            const database = new Database(dataSource);
            watchPool(database);
            return database;
          },
        },
      ],
      exports: [Database],
    };
  }
}
