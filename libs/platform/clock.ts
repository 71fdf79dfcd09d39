import { type Clock } from '#domain';
import { Injectable } from '@nestjs/common';

/** The machine's own time. */
@Injectable()
export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }
}
