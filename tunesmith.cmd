@echo off
rem Tunesmith's command line in this clone. The first call sets the clone up.
setlocal
set "node=node"
if exist "%~dp0.tools\ready" set /p node=<"%~dp0.tools\ready"
if not "%node%"=="node" if not exist "%node%" set "node=node"
"%node%" "%~dp0scripts\cli.mjs" %*
exit /b %errorlevel%
