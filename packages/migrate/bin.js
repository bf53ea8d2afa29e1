#!/usr/bin/env node
import { runCommand } from '@geppetto/migrate'

process.exitCode = await runCommand(process.argv.slice(2), process)
