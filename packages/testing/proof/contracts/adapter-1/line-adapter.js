// Built against version 1 of the contract of adapters. Never changed: see ../README.md.
import { EngineError, errorCodeOfStatus } from '@geppetto/engine';
import { contentText } from '@geppetto/turns';
const codes = { busy: 'overloaded', broke: 'quota' };
function requestFor(turn, { model, maxOutputTokens }, path, stream) {
    const lines = turn.blocks.map(lineOf);
    const degradations = turn.blocks
        .filter(({ kind }) => kind === 'reasoning')
        .map(({ id }) => ({ code: 'reasoning-dropped', message: 'the format has no line for it', blockId: id }));
    return {
        model,
        method: 'POST',
        path,
        headers: { 'x-lines': '1' },
        body: JSON.stringify({ model, lines, ...(maxOutputTokens === undefined ? undefined : { most: maxOutputTokens }) }),
        stream,
        degradations,
    };
}
function lineOf(block) {
    switch (block.kind) {
        case 'user':
            return [block.kind, contentText(block.content)];
        case 'system':
        case 'assistant':
            return [block.kind, block.text];
        case 'tool-call':
            return [block.kind, block.callId, block.name, block.input.state === 'parsed' ? block.input.value : null];
        case 'tool-result':
            return [block.kind, block.callId, contentText(block.content)];
        default:
            return ['other'];
    }
}
class LineDecoder {
    #output;
    #text;
    #reasoning;
    constructor(output) {
        this.#output = output;
    }
    event(name, data) {
        const value = JSON.parse(data);
        if (name !== 'think')
            this.#closeReasoning();
        if (name !== 'say')
            this.#closeText();
        if (name === 'say')
            (this.#text ??= this.#output.text()).append(value);
        else if (name === 'think')
            (this.#reasoning ??= this.#output.reasoning()).append(value);
        else if (name === 'call')
            this.#call(value);
        else if (name === 'looked')
            this.#looked(value);
        else if (name === 'usage')
            this.#output.update({ model: value.model, responseId: value.id, usage: usageOf(value) });
        else if (name === 'fail')
            this.#output.fail(value);
        else if (name === 'end')
            this.#output.stop(value, value);
    }
    end() { }
    #call({ name, pieces }) {
        const writer = this.#output.toolCall(name);
        for (const piece of pieces)
            writer.append(piece);
        writer.finish({ payload: { was: 'line' } });
    }
    #looked({ query, found }) {
        const writer = this.#output.serverTool('look');
        writer.progress({ status: 'looking' });
        writer.finish({ input: { query }, output: found, payload: { query } });
    }
    #closeText() {
        this.#text?.cite({ type: 'url', url: 'https://lines.example/1' });
        this.#text?.finish({ payload: { length: this.#text.text.length } });
        this.#text = undefined;
    }
    #closeReasoning() {
        this.#reasoning?.finish({ payload: 'opaque' });
        this.#reasoning = undefined;
    }
}
function usageOf({ input, output }) {
    return { input: { uncached: input }, output: { text: output }, source: 'reported' };
}
export const lineAdapter = {
    api: 'test-lines',
    constraints: {
        toolCallId: '^[a-z0-9_-]{1,64}$',
        toolName: '^[a-z_]{1,64}$',
        media: { user: ['text'], toolResult: ['text'] },
        alternatingRoles: false,
        system: 'anywhere',
    },
    requestIdHeader: 'x-line-request',
    prepare: (turn, defaults) => requestFor(turn, defaults, '/lines', true),
    decode: (output) => new LineDecoder(output),
    decodeJson(body, output) {
        const text = output.text();
        text.append(body.say);
        text.finish();
        output.stop('end_turn');
    },
    classify(failure) {
        if (failure.kind === 'stream')
            return new EngineError(codes[failure.error] ?? 'unavailable', `the lines broke off: ${failure.error}`);
        const { status, body, header } = failure;
        return new EngineError(errorCodeOfStatus(status), body, { status, requestId: header('x-line-request') });
    },
    prepareCount: (turn, defaults) => requestFor(turn, defaults, '/count', false),
    readCount: ({ lines }) => lines,
};
