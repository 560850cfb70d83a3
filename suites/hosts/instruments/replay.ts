/** What is kept of a response, to give it again. */
type Kept = { readonly body: ArrayBuffer; readonly status: number; readonly headers: Headers };

/**
 * Wraps `fetch`. Once the returned function was called, each file is fetched once more and from then on answered from
 * memory. DevTools, through which the page is driven, keeps the body of every response in the renderer's memory
 * (`Network.enable` of the Chrome DevTools Protocol): a file that is fetched in every cycle would look like a leak of
 * its size.
 */
export function replayFetches(): () => void {
  const kept = new Map<string, Kept>();
  const original = globalThis.fetch.bind(globalThis);
  let replays = false;
  globalThis.fetch = async (what, init) => {
    const isRequest = what instanceof Request;
    const method = init?.method ?? (isRequest ? what.method : 'GET');
    const headers = new Headers(init?.headers ?? (isRequest ? what.headers : {}));
    // A part of a file is not the file.
    if (!replays || method !== 'GET' || headers.has('range')) return original(what, init);
    const url = isRequest ? what.url : `${what}`;
    const known = kept.get(url);
    if (known !== undefined) return new Response(known.body, { status: known.status, headers: known.headers });
    const response = await original(what, init);
    if (response.ok)
      kept.set(url, {
        body: await response.clone().arrayBuffer(),
        status: response.status,
        headers: response.headers,
      });
    return response;
  };
  return () => {
    replays = true;
  };
}
