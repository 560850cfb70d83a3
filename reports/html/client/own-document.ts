/** Stands for linkedom in a page, which has a document of its own. */
export const parseHTML = (): { readonly document: Document } => ({ document: globalThis.document });
