import { type Places, type Ways } from '../support/stack.js';
import { type AnsweredCallback, CallbackTap } from './proxy/callback-tap.js';
import { SWITCH } from './settings.js';
import { FaultProxy } from './proxy/fault-proxy.js';
import { StatementWatcher } from './proxy/statements.js';
import { type Tap } from './proxy/tap.js';
import { takePort } from './ports.js';
import { type Random } from './random.js';
import { type Kind, type Links } from './world.js';

const HOST = '127.0.0.1';
const urlAt = (port: number): string => `http://${HOST}:${port}`;

/** By which of our doors a partner came. */
export type PartnersWay = 'callbacks' | 'inbound' | 'switch door';

interface WatchedWay {
  readonly proxy: FaultProxy;
  readonly watcher: StatementWatcher;
  readonly url: string;
}

/** The proxies between the programs of a stack. */
export class Wiring {
  private ways: Readonly<Record<Kind, readonly WatchedWay[]>> = { api: [], worker: [] };
  private toPartners: FaultProxy | undefined;
  private toCallbacks: FaultProxy | undefined;
  private toInbound: FaultProxy | undefined;
  private toSwitchDoor: FaultProxy | undefined;
  private toApis: readonly FaultProxy[] = [];
  /** Addresses of the apis, by way of their proxies. */
  apiUrls: readonly string[] = [];
  /** Where partners ask us, by way of its proxy. */
  inboundUrl = '';
  /** Where the switch asks us, by way of its proxy. */
  switchDoorUrl = '';

  constructor(
    private readonly random: Random,
    private readonly onCallbackAnswered: (callback: AnsweredCallback, way: PartnersWay) => void,
  ) {}

  get links(): Links {
    const { toPartners, toCallbacks, toInbound, toSwitchDoor, toApis, ways } = this;
    if (!toPartners || !toCallbacks || !toInbound || !toSwitchDoor)
      throw new Error('the proxies are not open yet');
    return {
      ...{ toPartners, toCallbacks, toInbound, toSwitchDoor, toApis },
      apiToDatabase: ways.api.map(({ proxy }) => proxy),
      workerToDatabase: ways.worker.map(({ proxy }) => proxy),
    };
  }

  /** Opens them all. @returns the addresses that the programs are given */
  async open({ sandbox, apis, workers, databaseUrl, inbound, ownDoors }: Places): Promise<Ways> {
    const watched = (kind: Kind) => (_: number, index: number) =>
      this.openWatched(databaseUrl, `${kind}-${index}`);
    this.ways = {
      api: await Promise.all(apis.map(watched('api'))),
      worker: await Promise.all(workers.map(watched('worker'))),
    };
    this.toPartners = await this.proxyTo(sandbox, 'to-partners');
    const tapOn = (way: PartnersWay): Tap =>
      new CallbackTap((callback) => {
        this.onCallbackAnswered(callback, way);
      });
    this.toCallbacks = await this.proxyTo(apis[0] ?? 0, 'to-callbacks', tapOn('callbacks'));
    this.toInbound = await this.proxyTo(inbound, 'to-inbound', tapOn('inbound'));
    this.toSwitchDoor = await this.proxyTo(ownDoors[SWITCH] ?? 0, 'to-switch-door', tapOn('switch door'));
    this.toApis = await Promise.all(apis.map((port, index) => this.proxyTo(port, `to-api-${index}`)));
    const urls = await Promise.all(
      [this.toPartners, this.toCallbacks, this.toInbound, this.toSwitchDoor, ...this.toApis].map(
        async (proxy) => urlAt(await proxy.open()),
      ),
    );
    const [partnersUrl = '', publicUrl = '', inboundUrl = '', switchDoorUrl = '', ...apiUrls] = urls;
    this.apiUrls = apiUrls;
    this.inboundUrl = inboundUrl;
    this.switchDoorUrl = switchDoorUrl;
    return {
      ...{ partnersUrl, publicUrl, inboundUrl },
      ownDoorUrls: { [SWITCH]: switchDoorUrl },
      apiDatabaseUrls: this.ways.api.map(({ url }) => url),
      workerDatabaseUrls: this.ways.worker.map(({ url }) => url),
    };
  }

  watcherOf(kind: Kind, index: number): StatementWatcher {
    const way = this.ways[kind][index];
    if (!way) throw new Error(`there is no ${kind} ${index}`);
    return way.watcher;
  }

  /** No fail point is armed, every proxy is well-behaved. */
  async heal(): Promise<void> {
    const watched = [...this.ways.api, ...this.ways.worker];
    for (const { watcher } of watched) watcher.disarmAll();
    await Promise.all(this.all.map((proxy) => proxy.heal()));
  }

  close(): void {
    for (const proxy of this.all) proxy.close();
  }

  private get all(): readonly FaultProxy[] {
    const watched = [...this.ways.api, ...this.ways.worker].map(({ proxy }) => proxy);
    const { toPartners, toCallbacks, toInbound, toSwitchDoor, toApis } = this;
    return [toPartners, toCallbacks, toInbound, toSwitchDoor, ...toApis, ...watched].filter(
      (proxy) => proxy !== undefined,
    );
  }

  private async proxyTo(port: number, name: string, tap?: Tap): Promise<FaultProxy> {
    const options = { port: await takePort(), random: this.random.fork(name), ...(tap ? { tap } : {}) };
    const proxy = new FaultProxy({ host: HOST, port }, options);
    await proxy.open();
    return proxy;
  }

  private async openWatched(databaseUrl: string, name: string): Promise<WatchedWay> {
    const url = new URL(databaseUrl);
    const watcher = new StatementWatcher();
    const target = { host: url.hostname, port: Number(url.port) };
    const options = { port: await takePort(), tap: watcher, random: this.random.fork(name) };
    const proxy = new FaultProxy(target, options);
    url.hostname = HOST;
    url.port = String(await proxy.open());
    return { proxy, watcher, url: url.href };
  }
}
