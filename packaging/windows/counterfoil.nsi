; The installer for Windows. Compiled by packaging/build-windows, which gives
;   VERSION   such as 0.1.0
;   SOURCE    the folder that PyInstaller made
;   ICON      the program's icon
;   OUTPUT    the installer to write
;
; Silent with /S, for many tills; it then ends with 2 where it refuses.

Unicode true
SetCompressor /SOLID lzma
!include "LogicLib.nsh"
!include "MUI2.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"

!define NAME "Counterfoil"
!define PROGRAM "counterfoil.exe"
!define COMMAND "counterfoil-command.exe"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define REPORTS "SOFTWARE\Microsoft\Windows\Windows Error Reporting\ExcludedApplications"

Name "${NAME}"
OutFile "${OUTPUT}"
RequestExecutionLevel admin
; Where only an administrator may write, so that nobody plants a module beside the program.
InstallDir "$PROGRAMFILES64\${NAME}"
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} ${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Counterfoil developers, MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!macro Refuse WORDS
  DetailPrint "${WORDS}"
  MessageBox MB_OK|MB_ICONSTOP "${WORDS}" /SD IDOK
  SetErrorLevel 2
  Quit
!macroend

; A program that runs cannot be opened for writing.
!macro RefuseWhileOpenOne PROGRAM_FILE
  ${If} ${FileExists} "$INSTDIR\${PROGRAM_FILE}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM_FILE}" a
    ${If} ${Errors}
      !insertmacro Refuse "A till is open. Close it, and start this again. Nothing was changed."
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

!macro RefuseWhileOpen
  !insertmacro RefuseWhileOpenOne "${PROGRAM}"
  !insertmacro RefuseWhileOpenOne "${COMMAND}"
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    !insertmacro Refuse "Counterfoil needs a Windows of 64 bits."
  ${EndIf}
  SetRegView 64
  SetShellVarContext all
  ReadRegStr $1 HKLM "${KEY}" "DisplayVersion"
  ${If} $1 != ""
    ReadRegStr $2 HKLM "${KEY}" "InstallLocation"
    ${If} $2 != ""
      StrCpy $INSTDIR $2
    ${EndIf}
    ${VersionCompare} $1 "${VERSION}" $3
    ${If} $3 == 1
      !insertmacro Refuse "Version $1 is installed, and ${VERSION} is older. An older till may not read what a newer one wrote. Nothing was changed."
    ${EndIf}
  ${EndIf}
  !insertmacro RefuseWhileOpen
FunctionEnd

Function un.onInit
  SetRegView 64
  SetShellVarContext all
  !insertmacro RefuseWhileOpen
FunctionEnd

Section
  ; What the version before had and this one has not must not be loaded.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKLM "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKLM "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKLM "${KEY}" "Publisher" "The Counterfoil developers"
  WriteRegStr HKLM "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${KEY}" "NoRepair" 1
  ; A report of a program that broke down would hold its memory, and with it a PIN.
  WriteRegDWORD HKLM "${REPORTS}" "${PROGRAM}" 1
  WriteRegDWORD HKLM "${REPORTS}" "${COMMAND}" 1
SectionEnd

Section "Uninstall"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\${COMMAND}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKLM "${KEY}"
  DeleteRegValue HKLM "${REPORTS}" "${PROGRAM}"
  DeleteRegValue HKLM "${REPORTS}" "${COMMAND}"
  SetShellVarContext current
  MessageBox MB_OK|MB_ICONINFORMATION "The journals stay, with all that was sold, and with what is still owed or in doubt: in $LOCALAPPDATA\counterfoil, and in the same folder of each other person. Install ${NAME} again to go on with them. Nothing removes them but a person." /SD IDOK
SectionEnd
