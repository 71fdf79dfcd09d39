import { Counter, Gauge, Histogram, register } from 'prom-client';

interface Declaration<Label extends string> {
  /** Begins with `passerelle_`, ends with its unit. */
  readonly name: `passerelle_${string}`;
  readonly help: string;
  readonly labelNames?: readonly Label[];
}

/** A metric exists once in a process, however many modules declare it. */
const once = <Metric>(
  name: string,
  declare: () => Metric,
  type: new (...args: never[]) => Metric,
): Metric => {
  const known: unknown = register.getSingleMetric(name);
  if (known === undefined) return declare();
  if (known instanceof type) return known;
  throw new Error(`the metric ${name} is declared twice, as different things`);
};

/** Only ever grows. Its name ends in `_total`. */
export const counter = <Label extends string = never>(declaration: Declaration<Label>): Counter<Label> =>
  once(declaration.name, () => new Counter<Label>(declaration), Counter<Label>);

/** Goes up and down. */
export const gauge = <Label extends string = never>(
  declaration: Declaration<Label> & {
    /** Called at every scrape, to set the gauge. */
    readonly collect?: (this: Gauge<Label>) => void | Promise<void>;
  },
): Gauge<Label> => once(declaration.name, () => new Gauge<Label>(declaration), Gauge<Label>);

/** Durations in seconds by default: 1 ms to 60 s. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const histogram = <Label extends string = never>(
  declaration: Declaration<Label> & { readonly buckets?: number[] },
): Histogram<Label> =>
  once(declaration.name, () => new Histogram<Label>({ buckets: SECONDS, ...declaration }), Histogram<Label>);

/** Rate, errors and duration per route, for `observeRequests`. */
export const requestHistogram = (): Histogram<'method' | 'route' | 'status'> =>
  histogram({
    name: 'passerelle_http_request_duration_seconds',
    help: 'Requests answered, by route pattern and status',
    labelNames: ['method', 'route', 'status'],
  });
