/** Names of adapters and drivers that compute on the CPU. */
export const SOFTWARE = /swiftshader|llvmpipe|lavapipe|lvp_|software|basic render/i;
