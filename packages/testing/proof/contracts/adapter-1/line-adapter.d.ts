import type { ProviderAdapter } from './contract.js';
/** An adapter of a wire format of its own, as it was published. */
export declare const lineAdapter: ProviderAdapter & Required<Pick<ProviderAdapter, 'prepareCount' | 'readCount'>>;
