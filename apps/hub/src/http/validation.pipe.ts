import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { fieldErrors, platformErrors, type SchemaIssue, summary } from '#platform';

interface Validated {
  readonly value: unknown;
  readonly issues?: readonly SchemaIssue[] | undefined;
}

/**
 * Checks every part of a request that has a schema (Standard Schema), and refuses it field by field. Without this pipe
 * `@Body({ schema })` is silently ignored.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, type, data }: ArgumentMetadata): Promise<unknown> {
    if (!schema || type === 'custom') return value;
    // A request without a body says nothing of any field.
    const given = type === 'body' && value === undefined ? {} : value;
    const result = (await schema['~standard'].validate(given)) as Validated;
    if (!result.issues) return result.value;
    const errors = fieldErrors(result.issues, given, data === undefined ? '' : `/${data}`);
    throw platformErrors.BAD_REQUEST({ reason: summary(errors) }, { errors });
  }
}
