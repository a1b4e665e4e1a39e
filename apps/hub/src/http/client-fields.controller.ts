import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CLIENT_FIELD_NAMES, CLIENT_FIELDS, type ClientField } from '#canonical';
import { z } from 'zod';

const fieldView = z
  .object({
    field: z.string(),
    type: z.enum(['text', 'code', 'day', 'list']),
    codes: z.array(z.string()).meta({ description: 'The allowed values of a code, best first; else empty' }),
    personal: z.boolean().meta({ description: 'It is masked wherever it is shown' }),
    en: z.string(),
    zh: z.string(),
  })
  .meta({ id: 'ClientFieldSpec', description: 'A field that a client can have; attributes.name comes on top' });

/** Which fields a client can have: what a mapping may state, a person may pin, and a rule may ask. */
@ApiTags('clients')
@Controller('client-fields')
export class ClientFieldsController {
  @Get()
  @ApiOperation({ operationId: 'listClientFields', summary: 'The fields that a client can have' })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(fieldView) }).meta({ id: 'ClientFieldList' }),
  })
  list(): { items: z.input<typeof fieldView>[] } {
    return {
      items: CLIENT_FIELD_NAMES.map((field) => {
        const { type, codes = [], personal = false, en, zh }: ClientField = CLIENT_FIELDS[field];
        return { field, type, codes: [...codes], personal, en, zh };
      }),
    };
  }
}
