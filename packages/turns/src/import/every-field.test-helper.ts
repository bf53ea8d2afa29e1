import type { JsonValue } from '../index.ts'

/** Something that an importer takes, with a mark in every field that the API has and in some that it has not. */
export interface Sample {
  readonly importer: string
  /** What its paths begin with. */
  readonly name: string
  readonly given: JsonValue
}

/** Of each API. */
export const everyField: readonly Sample[] = [
  {
    importer: 'importOpenAIResponsesItems',
    name: 'items',
    given: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Q1', zz: 'Q2' },
          { type: 'input_image', image_url: 'https://Q3', detail: 'Q4' },
          { type: 'input_file', filename: 'Q5', file_id: 'Q6' },
        ],
        id: 'Q7',
        zzz: 'Q8',
      },
      {
        type: 'reasoning',
        id: 'Q9',
        summary: [{ type: 'summary_text', text: 'Q10', u: 'Q11' }],
        status: 'Q12',
        unk: 'Q13',
      },
      {
        type: 'message',
        id: 'Q14',
        status: 'Q15',
        role: 'assistant',
        phase: 'Q16',
        content: [
          {
            type: 'output_text',
            text: 'Q17',
            logprobs: [{ token: 'Q18', logprob: 1 }],
            annotations: [{ type: 'file_citation', file_id: 'Q19', foo: 'Q20' }],
            k: 'Q21',
          },
          { type: 'refusal', refusal: 'Q22', kk: 'Q23' },
        ],
      },
      {
        type: 'function_call',
        id: 'Q24',
        call_id: 'Q25',
        name: 'Q26',
        arguments: '{"a":"Q27"}',
        status: 'Q28',
        foo: 'Q29',
      },
      {
        type: 'function_call_output',
        id: 'Q30',
        call_id: 'Q25',
        output: [{ type: 'input_text', text: 'Q31', x: 'Q32' }],
        status: 'Q33',
      },
    ],
  },
  {
    importer: 'importOpenAIChatMessages',
    name: 'messages',
    given: [
      { role: 'system', content: 'Q1', name: 'Q2', w: 'Q3' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Q4', cache_control: { a: 'Q5' } },
          { type: 'image_url', image_url: { url: 'https://Q6', detail: 'Q7', o: 'Q8' }, u: 'Q9' },
          { type: 'file', file: { filename: 'Q10', file_id: 'Q11', z: 'Q12' } },
        ],
      },
      {
        role: 'assistant',
        name: 'Q13',
        content: [
          { type: 'text', text: 'Q14', p: 'Q15' },
          { type: 'refusal', refusal: 'Q16', pp: 'Q17' },
        ],
        audio: { id: 'Q18' },
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://x', title: 'Q19', start_index: 0, end_index: 1, l: 'Q20' },
          },
        ],
        reasoning_details: [{ d: 'Q21' }],
        tool_calls: [
          {
            id: 'Q22',
            type: 'function',
            index: 'Q23',
            function: { name: 'Q24', arguments: '{"x":"Q25"}', strict: 'Q26' },
            extra_content: { g: 'Q27' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'Q22', name: 'Q28', content: [{ type: 'text', text: 'Q29', y: 'Q30' }], k: 'Q31' },
    ],
  },
  {
    importer: 'importAnthropicMessages',
    name: '',
    given: {
      system: [{ type: 'text', text: 'Q1', citations: [{ c: 'Q2' }], b: 'Q3' }],
      model: 'Q4',
      tools: [{ n: 'Q5' }],
      metadata: { u: 'Q6' },
      messages: [
        {
          role: 'user',
          id: 'Q7',
          content: [
            { type: 'text', text: 'Q8', v: 'Q9' },
            { type: 'image', source: { type: 'file', file_id: 'Q10', r: 'Q11' }, w: 'Q12' },
            {
              type: 'document',
              title: 'Q13',
              context: 'Q14',
              citations: { z: 'Q15' },
              source: { type: 'text', media_type: 'text/plain', data: 'Q16' },
            },
            { type: 'search_result', title: 'Q17', source: 'Q18', content: [{ type: 'text', text: 'Q19' }] },
          ],
        },
        {
          role: 'assistant',
          stop_reason: 'Q20',
          content: [
            {
              type: 'text',
              text: 'Q21',
              citations: [{ type: 'char_location', cited_text: 'Q22', document_title: 'Q23', foo: 'Q24' }],
            },
            { type: 'tool_use', id: 'Q25', name: 'Q26', input: { a: 'Q27' }, caller: { t: 'Q28' } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'Q25',
              content: [
                { type: 'text', text: 'Q29', o: 'Q30' },
                { type: 'tool_reference', tool_name: 'Q31' },
              ],
              cache_control: { c: 'Q32' },
            },
          ],
        },
      ],
    },
  },
  {
    importer: 'importAISDKMessages',
    name: 'messages',
    given: [
      {
        id: 'Q1',
        role: 'user',
        metadata: { a: 'Q2' },
        parts: [
          { type: 'text', text: 'Q3', providerMetadata: { a: 'Q4' }, b: 'Q5' },
          { type: 'file', mediaType: 'text/plain', filename: 'Q6', url: 'https://Q7', c: 'Q8' },
        ],
      },
      {
        id: 'Q9',
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Q10', state: 'Q11', providerMetadata: { o: { x: 'Q12' } } },
          { type: 'source-document', sourceId: 'Q13', title: 'Q14' },
          {
            type: 'tool-x',
            toolCallId: 'Q15',
            state: 'output-available',
            input: { a: 'Q16' },
            output: { b: 'Q17' },
            title: 'Q18',
            callProviderMetadata: { c: 'Q19' },
            preliminary: 'Q20',
            approval: { id: 'Q21', approved: true, reason: 'Q22' },
          },
          { type: 'text', text: 'Q23', e: 'Q24' },
        ],
      },
    ],
  },
]
