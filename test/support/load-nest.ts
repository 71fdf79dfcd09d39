// Jest runs a CommonJS library while it links the modules that import it: one that requires Nest, which is ES
// modules, finds it half made unless somebody has loaded it before.
import '@nestjs/common';
