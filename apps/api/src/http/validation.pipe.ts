import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { type FieldError, Problem } from '../problems/problem.js';
import { pointerOf } from './pointer.js';

const PLACES: Readonly<Record<string, FieldError['in']>> = { body: 'body', query: 'query', param: 'path' };

/** Every field at fault. Messages say what was expected, never what came. */
function errorsOf(
  issues: readonly z.core.$ZodIssue[],
  place: FieldError['in'],
  base: readonly PropertyKey[],
): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        in: place,
        pointer: pointerOf([...path, key]),
        message: 'is not a field of this request',
      }));
    }
    if (issue.code === 'invalid_union') {
      const [first] = issue.errors;
      if (first) return errorsOf(first, place, path);
    }
    if (issue.code === 'invalid_key') return errorsOf(issue.issues, place, path);
    return [{ in: place, pointer: pointerOf(path), message: issue.message }];
  });
}

/** Holds every part of a request that has a schema (`@Body({ schema })` and its like) against it. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema, type, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const errors = errorsOf(parsed.error.issues, PLACES[type] ?? 'body', data === undefined ? [] : [data]);
    throw new Problem('validation-failed', {
      detail: `${errors[0]?.pointer ?? ''}: ${errors[0]?.message ?? ''}`.replace(/^: /, ''),
      errors,
    });
  }
}
