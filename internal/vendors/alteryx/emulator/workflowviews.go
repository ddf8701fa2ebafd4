package emulator

import "strings"

// workflowFull is what a view shows of a workflow; its fields hide those of the record that look different or are not
// shown at all.
type workflowFull struct {
	workflow
	Versions          []versionFull `json:"versions"`
	Questions         *struct{}     `json:"questions,omitempty"`
	DataConnectionIDs *struct{}     `json:"usesDataConnectionIds,omitempty"`
	DCMConnectionIDs  *struct{}     `json:"usesDcmConnectionIds,omitempty"`
}

type versionFull struct {
	version
	FileName *struct{}      `json:"fileName,omitempty"`
	Package  *struct{}      `json:"package,omitempty"`
	Details  map[string]any `json:"details"`
}

func workflowView(w *workflow) workflowFull {
	full := workflowFull{workflow: *w, Versions: []versionFull{}}
	for _, v := range w.Versions {
		name := strings.TrimSuffix(v.FileName, packageSuffix)
		full.Versions = append(full.Versions, versionFull{version: v, Details: map[string]any{
			"isAmp": true, "fileName": name + ".yxmd", "author": "", "copyright": "", "description": v.Comments,
			"name": name, "noOutputFilesMessage": "", "outputMessage": "", "url": "", "urlText": "",
		}})
	}
	return full
}

// number is that of the published version.
func (w *workflow) number() int {
	if v := w.published(); v != nil {
		return v.VersionNumber
	}
	return 0
}

func reducedWorkflow(w *workflow) any {
	return map[string]any{
		"id": w.ID, "sourceAppId": w.SourceAppID, "name": w.Name, "ownerId": w.OwnerID, "dateCreated": w.DateCreated,
		"publishedVersionNumber": w.number(), "isAmp": true, "executionMode": w.ExecutionMode,
	}
}
