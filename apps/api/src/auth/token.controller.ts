import { Body, Controller, Get, Header, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Public } from '../http/endpoint.js';
import { AccessTokens } from './access-tokens.js';
import { type JwksDto, type TokenDto } from './token.dto.js';
import { jwksDocs, tokenDocs } from './token.docs.js';
import { TokenService } from './token.service.js';

@ApiTags('Authentication')
@Controller()
export class TokenController {
  constructor(
    private readonly tokens: TokenService,
    private readonly accessTokens: AccessTokens,
  ) {}

  @Post('oauth/token')
  @Public('this is where a client says who it is', tokenDocs)
  @Header('cache-control', 'no-store')
  token(@Req() request: FastifyRequest, @Body() body: unknown): Promise<TokenDto> {
    return this.tokens.grant(request, body);
  }

  @Get('.well-known/jwks.json')
  @Public('public keys are for everybody', jwksDocs)
  @Header('cache-control', 'public, max-age=300')
  jwks(): Promise<JwksDto> {
    return this.accessTokens.jwks();
  }
}
