import { afterEach, describe, expect, it, vi } from 'vitest';
import { softwareVulkan } from '../../suites/hosts/provision/software-vulkan.ts';
import { chosenDrivers } from '../../suites/record/software.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the Vulkan drivers that a user has chosen', () => {
  it('are read from both names of the variable, the newer first, as the loader reads them', () => {
    expect(chosenDrivers({})).toBeUndefined();
    expect(chosenDrivers({ VK_ICD_FILENAMES: 'old.json' })).toBe('old.json');
    expect(chosenDrivers({ VK_DRIVER_FILES: 'new.json' })).toBe('new.json');
    expect(chosenDrivers({ VK_DRIVER_FILES: 'new.json', VK_ICD_FILENAMES: 'old.json' })).toBe('new.json');
  });

  it.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])('are not replaced by a software driver: %s', (name) => {
    vi.stubEnv('VK_DRIVER_FILES', undefined);
    vi.stubEnv('VK_ICD_FILENAMES', undefined);
    vi.stubEnv(name, '/a/driver.json');
    expect(softwareVulkan(undefined)).toEqual({});
  });
});
