/**
 * The Vulkan drivers that an environment chooses; undefined where the loader looks for them. It ignores `VK_ICD_FILENAMES`
 * beside its newer name (LoaderDriverInterface.md, “Overriding the Default Driver Discovery”).
 */
export const chosenDrivers = (env: { readonly [name: string]: string | undefined }): string | undefined =>
  env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;

/** Names of adapters and drivers that compute on the CPU. */
export const SOFTWARE = /swiftshader|llvmpipe|lavapipe|lvp_|software|basic render/i;
